"""The sealed file and what every machine agrees on; keeps no private key and opens no connection."""
