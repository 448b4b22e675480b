package io.leveret.server.config;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Replaces {@code $(name)} in values by the value of the key of that name or, where no such key is set, by the environment
 * variable, as RabbitMQ does. Used by one loading; never changes what it reads from.
 */
final class Interpolation {

    /** Values that refer to values that refer to values ... double at each step; no setting needs so many. */
    private static final int MAX_REPLACEMENTS = 1000;

    private final Map<KeyName, Setting> settings;
    private final Function<String, @Nullable String> environment;
    private final Problems problems;
    private int replacements;

    Interpolation(Map<KeyName, Setting> settings, Function<String, @Nullable String> environment, Problems problems) {
        this.settings = settings;
        this.environment = environment;
        this.problems = problems;
    }

    Setting resolve(Setting setting) {
        replacements = 0;
        Set<String> resolving = new HashSet<>();
        resolving.add(setting.key().toString());
        return setting.withValue(resolve(setting.value(), setting, resolving));
    }

    private String resolve(String value, Setting asking, Set<String> resolving) {
        StringBuilder resolved = new StringBuilder();
        int at = 0;
        for (int start = value.indexOf("$("); start >= 0; start = value.indexOf("$(", at)) {
            int end = value.indexOf(')', start);
            if (end < 0 || replacements > MAX_REPLACEMENTS) {
                break;
            }
            String name = value.substring(start + 2, end).strip();
            resolved.append(value, at, start).append(valueOf(name, asking, resolving));
            at = end + 1;
        }
        return resolved.append(value, at, value.length()).toString();
    }

    private String valueOf(String name, Setting asking, Set<String> resolving) {
        KeyName key = KeyName.parse(name);
        Setting setting = key == null ? null : settings.get(key);
        String value = setting != null ? setting.value() : environment.apply(name);
        if (value == null) {
            problems.error(
                    asking.origin(),
                    asking.key() + ": $(" + name + ") is neither an environment variable nor a key that is set");
            return "";
        }
        if (++replacements > MAX_REPLACEMENTS || !resolving.add(name)) {
            problems.error(asking.origin(), asking.key() + ": $(" + name + ") refers back to itself");
            return "";
        }
        String resolved = resolve(value, asking, resolving);
        resolving.remove(name);
        return resolved;
    }
}
