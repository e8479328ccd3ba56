"""How callers are recognised: API keys, tokens of an identity provider, sessions of people."""
