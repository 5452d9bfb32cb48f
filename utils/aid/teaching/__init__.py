"""What a teacher of this case needs: sessions by the clock, and an exam whose answers are computed."""
