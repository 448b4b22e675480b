package io.leveret.broker.auth;

import java.util.Locale;

/** What somebody sent who has not logged in, made fit for the log: with it, nobody writes lines of their own there. */
final class Printable {

    private static final int SHOWN = 255;

    private Printable() {}

    static String of(String text) {
        StringBuilder shown = new StringBuilder();
        text.codePoints().limit(SHOWN).forEach(character -> append(character, shown));
        return text.codePointCount(0, text.length()) > SHOWN ? shown + "..." : shown.toString();
    }

    private static void append(int character, StringBuilder shown) {
        if (isPrintable(character)) {
            shown.appendCodePoint(character);
        } else {
            shown.append(String.format(Locale.ROOT, "\\u%04x", character));
        }
    }

    /** Neither a control character nor one that breaks or turns lines. */
    private static boolean isPrintable(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED -> false;
            default -> true;
        };
    }
}
