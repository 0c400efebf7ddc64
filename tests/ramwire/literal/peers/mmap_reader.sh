#!/bin/bash
# A reader that knows the first line of a file is the newest message.
# usage: mmap_reader.sh PATH
head -n 1 "$1"
