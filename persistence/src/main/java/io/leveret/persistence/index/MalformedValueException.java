package io.leveret.persistence.index;

/** A value of a table whose checksum is right can't be read: a fault of ours, or of another version of the format. */
public final class MalformedValueException extends RuntimeException {

    private static final long serialVersionUID = 1;

    public MalformedValueException(String message) {
        super(message);
    }
}
