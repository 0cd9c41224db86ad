import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))  # curves_by_hand is shared by several test modules
