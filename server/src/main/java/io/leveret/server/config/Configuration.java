package io.leveret.server.config;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A configuration as it was found: files first, then the environment, then the command line, the later winning over the
 * earlier. Immutable.
 *
 * @param files those read, in order
 * @param warnings about keys that have no effect here; one line each, in the order in which they stand in the files
 */
public record Configuration(ServerSettings settings, List<Path> files, List<String> warnings) {

    /** Of their two forms RabbitMQ takes the absolute one. */
    private static final List<String> ABSOLUTE_OVER_RELATIVE = List.of("disk_free_limit", "vm_memory_high_watermark");

    /**
     * Reads and checks it all before anything takes effect.
     *
     * @param file null for the one that the environment names, or none
     * @param assignments {@code key=value} from the command line
     * @throws ConfigException naming every problem there is
     */
    public static Configuration load(
            @Nullable Path file, List<String> assignments, Function<String, @Nullable String> environment)
            throws ConfigException {
        Problems problems = new Problems();
        ConfFiles files = new ConfFiles(problems);
        Environment variables = new Environment(environment);
        if (file != null) {
            files.read(file, new Origin("--conf", 0));
        } else {
            variables.readFile(files, problems);
        }
        Map<KeyName, Setting> settings = new LinkedHashMap<>();
        files.settings().forEach(setting -> settings.put(setting.key(), setting));
        variables.addOverFiles(settings);
        assignments.forEach(assignment -> addAssignment(assignment, settings, problems));
        variables.addListener(settings);
        variables.warn(problems);

        SettingsDraft draft = new SettingsDraft();
        Interpolation interpolation = new Interpolation(settings, environment, problems);
        List<Setting> resolved =
                settings.values().stream().map(interpolation::resolve).toList();
        KnownKeys knownKeys = KnownKeys.load();
        resolved.forEach(setting -> check(setting, knownKeys, problems));
        HonouredKeys.ALL.forEach(key -> apply(key, resolved, draft, problems));
        ABSOLUTE_OVER_RELATIVE.forEach(key -> warnOfBoth(key, settings, problems));
        problems.throwIfAny();
        return new Configuration(draft.settings(), List.copyOf(files.files()), problems.warnings());
    }

    private static void addAssignment(String assignment, Map<KeyName, Setting> settings, Problems problems) {
        Origin origin = new Origin("--set", 0);
        int equals = assignment.indexOf('=');
        String key = assignment.substring(0, Math.max(equals, 0)).strip();
        KeyName name = KeyName.parse(equals < 0 ? assignment : key);
        if (name == null) {
            problems.error(origin, "can't read '" + key + "' (expected: key=value)");
            return;
        }
        if (equals < 0) {
            problems.error(origin, name + " has no value (expected: " + name + "=VALUE)");
            return;
        }
        settings.put(name, new Setting(name, assignment.substring(equals + 1).strip(), origin));
    }

    private static void warnOfBoth(String key, Map<KeyName, Setting> settings, Problems problems) {
        Setting relative = settings.get(KeyName.parse(key + ".relative"));
        if (relative != null && settings.containsKey(KeyName.parse(key + ".absolute"))) {
            problems.warning(relative.origin(), relative.key() + ": no effect, since " + key + ".absolute is set too");
        }
    }

    private static void check(Setting setting, KnownKeys knownKeys, Problems problems) {
        KeyName key = setting.key();
        boolean honoured = HonouredKeys.ALL.stream()
                .flatMap(known -> known.patterns().stream())
                .anyMatch(pattern -> pattern.matches(key));
        if (honoured) {
            return;
        }
        if (knownKeys.contains(key)) {
            problems.warning(setting.origin(), WithoutEffect.warning(setting));
            return;
        }
        String suggestion = knownKeys
                .nearest(key)
                .map(nearest -> " (did you mean " + nearest + "?)")
                .orElse(" (docs/configuration.md lists the keys)");
        problems.error(setting.origin(), key + ": no such key" + suggestion);
    }

    private static <T> void apply(HonouredKey<T> key, List<Setting> settings, SettingsDraft draft, Problems problems) {
        for (KeyPattern pattern : key.patterns()) {
            settings.stream()
                    .filter(setting -> pattern.matches(setting.key()))
                    .forEach(setting -> key.apply(pattern, setting, draft, problems));
        }
    }
}
