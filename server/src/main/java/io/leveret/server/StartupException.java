package io.leveret.server;

/** The server can't start; the message is the one line that the operator reads. */
final class StartupException extends Exception {

    StartupException(String message) {
        super(message);
    }
}
