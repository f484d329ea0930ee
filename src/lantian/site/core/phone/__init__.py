"""The platform on a phone: the certificate it must trust, and work where there is no network."""
