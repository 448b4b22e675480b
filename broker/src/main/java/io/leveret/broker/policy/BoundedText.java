package io.leveret.broker.policy;

/**
 * A text to be matched with a regular expression that somebody else wrote: it can be looked at only so often, since there are
 * expressions which would go on for years. Used by one thread, once.
 */
final class BoundedText implements CharSequence {

    /** Of the order of what RabbitMQ's matcher allows. */
    private static final int LOOKS = 1_000_000;

    private final String text;
    private int left = LOOKS;

    BoundedText(String text) {
        this.text = text;
    }

    /** It was looked at too often. */
    static final class ExceededException extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    @Override
    public char charAt(int index) {
        if (--left < 0) {
            throw new ExceededException();
        }
        return text.charAt(index);
    }

    @Override
    public int length() {
        return text.length();
    }

    @Override
    public CharSequence subSequence(int start, int end) {
        return text.subSequence(start, end);
    }

    @Override
    public String toString() {
        return text;
    }
}
