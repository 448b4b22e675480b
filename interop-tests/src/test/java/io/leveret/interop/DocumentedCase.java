package io.leveret.interop;

import java.lang.reflect.Method;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A case as the compatibility document shows it.
 *
 * @param difference why Leveret differs, or null if it doesn't
 * @param ours RabbitMQ has nothing to compare with
 */
record DocumentedCase(
        Chapter chapter,
        String section,
        String sentence,
        @Nullable String difference,
        boolean ours) {

    static DocumentedCase of(Method method) {
        Class<?> declaring = method.getDeclaringClass();
        Case annotation = method.getAnnotation(Case.class);
        Differs differs = method.getAnnotation(Differs.class);
        return new DocumentedCase(
                Chapter.of(declaring),
                capitalised(words(declaring.getSimpleName().replaceFirst("Test$", ""))),
                annotation.value().isEmpty() ? words(method.getName()) : annotation.value(),
                differs == null ? null : differs.because(),
                method.isAnnotationPresent(Ours.class));
    }

    String state() {
        if (ours) {
            return "ours";
        }
        return difference == null ? "same" : "differs: " + difference;
    }

    /** "passiveOfAMissingQueue" as "passive of a missing queue". */
    private static String words(String camelCase) {
        return camelCase.replaceAll("(?<=.)(?=\\p{Upper})", " ").toLowerCase(Locale.ROOT);
    }

    private static String capitalised(String words) {
        return words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
    }
}
