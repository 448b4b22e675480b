package io.leveret.bench.figures;

import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Figures as the scripts read them. */
public final class Json {

    private Json() {}

    /** An object on one line. */
    public static String object(Map<String, ? extends Number> figures) {
        return figures.entrySet().stream()
                .map(figure -> "\"" + figure.getKey() + "\": " + number(figure.getValue()))
                .collect(Collectors.joining(", ", "{", "}"));
    }

    public static String number(Number value) {
        return value instanceof Double ? String.format(Locale.ROOT, "%.5f", value.doubleValue()) : value.toString();
    }
}
