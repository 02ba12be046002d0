"""What officials prove beyond quizzes: work samples with their files, recognised certificates, declared levels."""
