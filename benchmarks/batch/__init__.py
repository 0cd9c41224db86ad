"""How many images a batch scores in a second, against workers and engines, and what an image costs."""
