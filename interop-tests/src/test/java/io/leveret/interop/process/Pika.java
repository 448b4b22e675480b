package io.leveret.interop.process;

import java.io.IOException;
import java.time.Duration;

/** Python with pika. */
public final class Pika {

    /** The system's own Python, which is the one that Debian's package is for, whatever else stands on the PATH. */
    public static final String PYTHON = "/usr/bin/python3";

    private Pika() {}

    /** Throws what {@link Tool#missing(String)} says where it is missing. */
    public static void require() throws InterruptedException {
        try {
            Command.of(Duration.ofSeconds(60), PYTHON, "-c", "import pika").run();
        } catch (IOException e) {
            throw Tool.missing("pika for " + PYTHON + " is missing: apt-get install python3-pika");
        }
    }
}
