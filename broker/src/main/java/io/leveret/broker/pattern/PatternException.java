package io.leveret.broker.pattern;

/** What is no regular expression, or more than we do. The message has no offset. */
public final class PatternException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final int offset;

    PatternException(String message, int offset) {
        super(message, null, false, false);
        this.offset = offset;
    }

    /** How many octets of it had been read. */
    public int offset() {
        return offset;
    }
}
