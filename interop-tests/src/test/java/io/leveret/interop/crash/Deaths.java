package io.leveret.interop.crash;

import io.leveret.interop.crash.Body.GarbledException;
import io.leveret.interop.crash.Death.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a message tells of how it was dead-lettered.
 *
 * @param list {@code x-death}: the last comes first
 * @param first {@code x-first-death-queue}, {@code -reason} and {@code -exchange}; null if it never died
 * @param last the same of the last death
 */
record Deaths(
        List<Death> list, @Nullable Mark first, @Nullable Mark last) {

    static final Deaths NONE = new Deaths(List.of(), null, null);

    record Mark(String queue, Reason reason, String exchange) {}

    Deaths {
        list = List.copyOf(list);
    }

    /** How often it was dead-lettered, over all queues and reasons. */
    int stage() {
        return (int) list.stream().mapToLong(Death::count).sum();
    }

    /** One more death. */
    Deaths and(Death death) {
        List<Death> after = new ArrayList<>(list);
        Death before = list.stream()
                .filter(each -> each.isOf(death.queue(), death.reason()))
                .findAny()
                .orElse(null);
        after.remove(before);
        after.add(0, before == null ? death : before.again());
        Mark mark = new Mark(death.queue(), death.reason(), death.exchange());
        return new Deaths(after, first == null ? mark : first, mark);
    }

    /** Of the headers of a delivery. */
    static Deaths read(@Nullable Map<String, Object> headers) throws GarbledException {
        if (headers == null || !headers.containsKey("x-death")) {
            return NONE;
        }
        try {
            List<Death> list = new ArrayList<>();
            for (Object each : (List<?>) value(headers, "x-death")) {
                list.add(death((Map<?, ?>) each));
            }
            return new Deaths(list, mark(headers, "first"), mark(headers, "last"));
        } catch (ClassCastException | IllegalArgumentException e) {
            throw new GarbledException("headers " + headers + ": " + e);
        }
    }

    private static Death death(Map<?, ?> table) {
        if (table.get("time") == null) {
            throw new IllegalArgumentException("a death without its time");
        }
        Object expiration = table.get("original-expiration");
        return new Death(
                text(table, "queue"),
                reason(text(table, "reason")),
                (Long) value(table, "count"),
                text(table, "exchange"),
                ((List<?>) value(table, "routing-keys"))
                        .stream().map(String::valueOf).toList(),
                expiration == null ? null : expiration.toString());
    }

    private static Mark mark(Map<String, Object> headers, String which) {
        String prefix = "x-" + which + "-death-";
        return new Mark(
                text(headers, prefix + "queue"),
                reason(text(headers, prefix + "reason")),
                text(headers, prefix + "exchange"));
    }

    private static Reason reason(String wireName) {
        return Reason.valueOf(wireName.toUpperCase(Locale.ROOT));
    }

    private static String text(Map<?, ?> table, String name) {
        return value(table, name).toString();
    }

    private static Object value(Map<?, ?> table, String name) {
        Object value = table.get(name);
        if (value == null) {
            throw new IllegalArgumentException("no " + name);
        }
        return value;
    }
}
