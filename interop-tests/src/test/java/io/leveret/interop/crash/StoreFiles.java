package io.leveret.interop.crash;

import java.io.File;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The files in a server's data folder that tell what its stores have done, at a glance: they come and go meanwhile. */
final class StoreFiles {

    /** The second number is the generation of the segment's file: 0 until it is compacted. */
    private static final Pattern COMPACTED = Pattern.compile("\\d+\\.[1-9]\\d*\\.seg");

    /** They are numbered in their folder, without a gap. */
    private static final Pattern CHECKPOINT = Pattern.compile("checkpoint-(\\d+)\\.db");

    private final Map<File, Long> lastCheckpoints = new HashMap<>();
    private final Set<File> compacted = new HashSet<>();
    private final Set<File> spilled = new HashSet<>();

    private StoreFiles() {}

    static StoreFiles of(Path data) {
        StoreFiles files = new StoreFiles();
        files.lookInto(data.toFile());
        return files;
    }

    private void lookInto(File folder) {
        File[] files = folder.listFiles();
        for (File file : files == null ? new File[0] : files) {
            see(file, folder);
            lookInto(file);
        }
    }

    private void see(File file, File folder) {
        Matcher checkpoint = CHECKPOINT.matcher(file.getName());
        if (checkpoint.matches()) {
            lastCheckpoints.merge(folder, Long.valueOf(checkpoint.group(1)), Math::max);
        } else if (COMPACTED.matcher(file.getName()).matches()) {
            compacted.add(file);
        } else if (folder.getName().equals("spill")) {
            spilled.add(file);
        }
    }

    StoreWork since(StoreFiles before) {
        long checkpoints = 0;
        for (Map.Entry<File, Long> last : lastCheckpoints.entrySet()) {
            checkpoints += last.getValue() - before.lastCheckpoints.getOrDefault(last.getKey(), 0L);
        }
        return new StoreWork(checkpoints, added(compacted, before.compacted), added(spilled, before.spilled));
    }

    private static long added(Set<File> now, Set<File> before) {
        return now.stream().filter(file -> !before.contains(file)).count();
    }
}
