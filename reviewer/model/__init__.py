"""The finder's trained model, the grammars it is trained on, and how it is made again."""
