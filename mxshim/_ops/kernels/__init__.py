"""Mathematics too long for a declaration, generic over the array namespace ``xp``."""
