"""What is measured, each figure beside the raw limit of the same machine in the same minute."""
