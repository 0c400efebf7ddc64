"""What a provisioned machine must be like: over docker, chroot and ssh alike."""
