package io.leveret.interop.soak;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;

/** How much a soak test does. */
final class Load {

    private static final boolean FULL = Boolean.getBoolean("soak.full");

    private Load() {}

    /** The part that every build can afford, or with {@code -Dsoak.full=true} the whole. */
    static int of(int part, int whole) {
        return FULL ? whole : part;
    }

    /** Prints a figure that was measured. */
    @FormatMethod
    static void report(@FormatString String format, Object... values) {
        System.out.println("soak: " + String.format(format, values));
    }
}
