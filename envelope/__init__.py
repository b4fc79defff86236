"""The sealed file and what every machine agrees on; no private key kept, no connection opened."""
