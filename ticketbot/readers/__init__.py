"""Report bytes → findings. Pure: no clock, network, file system, logging or randomness."""
