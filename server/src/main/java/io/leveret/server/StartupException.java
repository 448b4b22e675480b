package io.leveret.server;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** A command can't do what it is for; the message is the one line that the operator reads. */
final class StartupException extends Exception {

    StartupException(String message) {
        super(message);
    }

    static StartupException of(IOException cause) {
        return new StartupException(describe(cause));
    }

    /** Some of Java's exceptions have a path for their whole message. */
    static String describe(IOException cause) {
        String message = String.valueOf(cause.getMessage());
        if (cause instanceof AccessDeniedException) {
            return message + ": permission denied";
        }
        if (cause instanceof NoSuchFileException) {
            return message + ": no such file or folder";
        }
        if (cause instanceof NotDirectoryException || cause instanceof FileAlreadyExistsException) {
            return message + ": not a folder";
        }
        return cause.getMessage() == null ? cause.toString() : message;
    }
}
