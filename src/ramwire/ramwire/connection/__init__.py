"""What the wires `unix:` and `tcp:` share: the format of Python's `multiprocessing.connection`.

Frames, the handshake with a shared key, and two kinds of peers: our own, which send sessions' records
(`ramwire.sessions`), and programs that know nothing of us, which send the pickled list `[verb, argument, …]`
and get the pickled value.
"""
