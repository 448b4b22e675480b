package io.leveret.broker.pattern;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Goes through the octets of an expression. Used by one thread, once. */
final class Cursor {

    /** What is read beyond the end. */
    static final int NOTHING = -1;

    /** Its octets as characters. */
    private final String octets;

    private int at;

    Cursor(String expression) {
        this.octets = new String(expression.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    int at() {
        return at;
    }

    void back(int to) {
        at = to;
    }

    void toEnd() {
        at = octets.length();
    }

    boolean atEnd() {
        return at >= octets.length();
    }

    /** The next octet; {@link #NOTHING} at the end. */
    int peek() {
        return peek(0);
    }

    int peek(int further) {
        return at + further < octets.length() ? octets.charAt(at + further) : NOTHING;
    }

    int next() {
        int octet = peek();
        at++;
        return octet;
    }

    /** Goes behind a text if that comes next. */
    boolean take(String text) {
        boolean there = octets.startsWith(text, at);
        at += there ? text.length() : 0;
        return there;
    }

    /** What comes before the next of some text, and goes behind that; null if it does not come. */
    @Nullable
    String takeThrough(String end) {
        int found = octets.indexOf(end, at);
        if (found < 0) {
            return null;
        }
        String before = octets.substring(at, found);
        at = found + end.length();
        return before;
    }

    /** A decimal number of up to nine digits. */
    int number() {
        int number = 0;
        for (int digits = 0; atDigit() && digits < 9; digits++) {
            number = number * 10 + next() - '0';
        }
        return number;
    }

    boolean atDigit() {
        return peek() >= '0' && peek() <= '9';
    }

    boolean atWord() {
        return peek() != NOTHING && OctetSet.WORD.contains(peek());
    }

    String word() {
        int from = at;
        while (atWord()) {
            at++;
        }
        return octets.substring(from, at);
    }

    void spaces() {
        while (peek() == ' ' || peek() == '\t') {
            at++;
        }
    }

    /** An error where it is now. */
    PatternException problem(String message) {
        return new PatternException(message, Math.min(at, octets.length()));
    }

    PatternException unknown(String what) {
        return problem(what + " is nothing that Leveret knows, though RabbitMQ may");
    }
}
