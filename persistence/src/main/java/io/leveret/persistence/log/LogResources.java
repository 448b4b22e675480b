package io.leveret.persistence.log;

import java.time.InstantSource;

/** What all logs of a server share. */
public record LogResources(Background background, WriteBuffers buffers, InstantSource clock) {}
