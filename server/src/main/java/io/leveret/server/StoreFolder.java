package io.leveret.server;

import io.leveret.persistence.store.DiskStore;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The store of one virtual host, on the disk and not open. Immutable.
 *
 * @param vhost the virtual host's name
 */
record StoreFolder(String vhost, Path path) {

    static final String VHOSTS_FOLDER = "vhosts";

    /** Those in a data folder, by their names, or the one that a virtual host's own folder is; empty if it is neither. */
    static List<StoreFolder> in(Path folder) throws IOException {
        if (!isDataFolder(folder)) {
            return isStore(folder) ? List.of(of(folder)) : List.of();
        }
        try (Stream<Path> vhosts = Files.list(folder.resolve(VHOSTS_FOLDER))) {
            return vhosts.filter(Files::isDirectory)
                    .sorted()
                    .map(StoreFolder::of)
                    .toList();
        }
    }

    /** To be asked first: in a data folder, too, a folder may have the name of a store's log, with the server's log file in it. */
    static boolean isDataFolder(Path folder) {
        return Files.isDirectory(folder.resolve(VHOSTS_FOLDER));
    }

    private static boolean isStore(Path folder) {
        return Files.isDirectory(folder.resolve(DiskStore.LOG_FOLDER));
    }

    private static StoreFolder of(Path folder) {
        String name = String.valueOf(folder.toAbsolutePath().normalize().getFileName());
        try {
            return new StoreFolder(URLDecoder.decode(name, StandardCharsets.UTF_8), folder);
        } catch (IllegalArgumentException e) {
            // Not a name that a server gave: a copy that somebody made.
            return new StoreFolder(name, folder);
        }
    }

    /** Where its copy goes in a new data folder. */
    Path inDataFolder(Path data) {
        return data.resolve(VHOSTS_FOLDER).resolve(path.getFileName());
    }
}
