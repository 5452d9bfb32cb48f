"""The command `ask`: a file of daily counts and a question in, the answer and what it rests on out."""
