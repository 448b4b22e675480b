package io.leveret.server.config;

import io.leveret.server.config.ConfItem.Assignment;
import io.leveret.server.config.ConfItem.Include;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * Reads a configuration file, what it includes, and the folder {@code conf.d} beside it: its {@code *.conf} files in the
 * order of their names, after the file itself. Used once, by one thread.
 */
final class ConfFiles {

    private static final String FOLDER = "conf.d";
    private static final int MAX_INCLUDE_DEPTH = 10;

    private final Problems problems;
    private final List<Path> read = new ArrayList<>();
    private final List<Setting> settings = new ArrayList<>();

    ConfFiles(Problems problems) {
        this.problems = problems;
    }

    /** @param askedFor who names it */
    void read(Path main, Origin askedFor) {
        read(main, askedFor, 0);
        Path folder = main.toAbsolutePath().resolveSibling(FOLDER);
        if (Files.isDirectory(folder)) {
            matches(folder, "*.conf", new Origin(folder.toString(), 0))
                    .forEach(file -> read(file, new Origin(folder.toString(), 0), 0));
        }
    }

    /** In the order in which they were read: of two with one key the later counts. */
    List<Setting> settings() {
        return settings;
    }

    List<Path> files() {
        return read;
    }

    private void read(Path file, Origin askedFor, int depth) {
        if (depth > MAX_INCLUDE_DEPTH) {
            problems.error(
                    askedFor, "include: files nest deeper than " + MAX_INCLUDE_DEPTH + " (does one include itself?)");
            return;
        }
        String text = text(file, askedFor);
        read.add(file);
        problems.reading(file.toString());
        for (ConfItem item : new ConfParser(file.toString(), text, problems).parse()) {
            if (item instanceof Assignment assignment) {
                settings.add(contentOfFile(assignment.setting(), file));
            } else if (item instanceof Include include) {
                include(include, file, depth);
            }
        }
    }

    private void include(Include include, Path from, int depth) {
        Path path = sibling(from, include.path(), include.origin());
        Path name = path == null ? null : path.getFileName();
        if (path == null || name == null) {
            return;
        }
        List<Path> found = matches(path.toAbsolutePath().getParent(), name.toString(), include.origin());
        if (found.isEmpty()) {
            problems.warning(include.origin(), "include: no file matches " + path);
        }
        found.forEach(file -> read(file, include.origin(), depth + 1));
    }

    /** {@code key = $(<file)}: the value is what the file holds, less one line end. */
    private Setting contentOfFile(Setting setting, Path from) {
        String value = setting.value();
        if (!value.startsWith("$(<") || !value.endsWith(")")) {
            return setting;
        }
        Path path = sibling(from, value.substring(3, value.length() - 1).strip(), setting.origin());
        if (path == null) {
            return setting;
        }
        return setting.withValue(text(path, setting.origin()).replaceFirst("\\r?\\n\\z", ""));
    }

    private @Nullable Path sibling(Path file, String other, Origin origin) {
        try {
            return file.resolveSibling(other);
        } catch (InvalidPathException e) {
            problems.error(origin, "'" + other + "' is not a file name");
            return null;
        }
    }

    private List<Path> matches(@Nullable Path folder, String names, Origin origin) {
        List<Path> found = new ArrayList<>();
        if (folder == null || !Files.isDirectory(folder)) {
            return found;
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, names)) {
            entries.forEach(entry -> {
                if (Files.isRegularFile(entry)) {
                    found.add(entry);
                }
            });
        } catch (IOException | DirectoryIteratorException | PatternSyntaxException e) {
            problems.error(origin, "can't list " + folder.resolve(names) + ": " + e);
        }
        Collections.sort(found);
        return found;
    }

    private String text(Path file, Origin askedFor) {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            problems.error(askedFor, "no such file: " + file);
        } catch (CharacterCodingException e) {
            problems.error(askedFor, file + " is not UTF-8 text");
        } catch (IOException e) {
            problems.error(askedFor, "can't read " + file + ": " + e.getMessage());
        }
        return "";
    }
}
