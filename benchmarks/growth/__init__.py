"""How often what a learning curve promises of more images comes true."""
