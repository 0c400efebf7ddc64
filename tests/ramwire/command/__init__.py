"""The command, each subcommand as a real process: its answers, its words, its exit codes."""
