"""Files of measured values: looked over and unpacked, read, their stations found, held against what is stored."""
