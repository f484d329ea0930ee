"""An app of the tests alone: brings jobs that a real worker process can run."""
