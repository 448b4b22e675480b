package io.leveret.server;

import io.leveret.persistence.disk.FolderDisk;
import io.leveret.persistence.inspect.StoreReport;
import io.leveret.persistence.inspect.StoreReport.Damage;
import io.leveret.persistence.inspect.StoreReport.Segment;
import io.leveret.persistence.inspect.StoreSalvage;
import io.leveret.persistence.inspect.StoreVerify;
import io.leveret.persistence.store.DiskStore;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code leveret ctl store}: looks into the store of a stopped broker. Exit code 0 for a clean one, 1 for a damaged one, 2 for misuse. */
@Command(
        name = "store",
        description = "Verifies or salvages a store while its broker is stopped.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:nothing is damaged", "1:something is damaged, or can't be read", "2:wrong usage"})
final class StoreCommand implements Runnable {

    private static final int CLEAN = 0;
    private static final int DAMAGED = 1;

    /** Whoever looks into a virtual host's store is not far below the data folder. */
    private static final int LEVELS_UP = 4;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing command");
    }

    @Command(name = "verify", description = "Reads all of a store and tells what is live, dead and damaged.")
    int verify(@Parameters(paramLabel = "DIR", description = "The store's folder.") Path folder)
            throws IOException, StartupException {
        requireStore(folder);
        Claim claim = Claim.on(folder);
        try {
            return print(StoreVerify.verify(FolderDisk.open(folder)), "live");
        } finally {
            claim.end();
        }
    }

    @Command(name = "salvage", description = "Copies all that can be read of a store into a new one.")
    int salvage(
            @Parameters(paramLabel = "DIR", description = "The store's folder, which is not changed.") Path folder,
            @Option(
                            names = "--to",
                            paramLabel = "NEW",
                            description = "Where the new store is made. Default: DIR.salvaged")
                    @Nullable
                    Path to)
            throws IOException, StartupException {
        requireStore(folder);
        Path target = to != null ? to : folder.resolveSibling(folder.getFileName() + ".salvaged");
        if (Files.exists(target) && !isEmpty(target)) {
            throw new ParameterException(spec.commandLine(), target + ": is there already (expected: a new folder)");
        }
        Claim claim = Claim.on(folder);
        try {
            int code = print(StoreSalvage.salvage(FolderDisk.open(folder), FolderDisk.open(target)), "copied");
            spec.commandLine().getOut().println("the new store is " + target);
            return code;
        } finally {
            claim.end();
        }
    }

    private void requireStore(Path folder) {
        if (!Files.isDirectory(folder.resolve(DiskStore.LOG_FOLDER))) {
            throw new ParameterException(
                    spec.commandLine(),
                    folder + ": no store (expected: a folder with the folder '" + DiskStore.LOG_FOLDER + "' in it)");
        }
    }

    private static boolean isEmpty(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.findAny().isEmpty();
        }
    }

    private int print(StoreReport report, String what) {
        PrintWriter out = spec.commandLine().getOut();
        long live = 0;
        long dead = 0;
        for (Segment segment : report.segments()) {
            live += segment.liveBytes();
            dead += segment.deadBytes();
            out.printf(
                    Locale.ROOT,
                    "%s: %d bytes, %d entries %s with %d bytes%n",
                    segment.file(),
                    segment.bytes(),
                    segment.liveEntries(),
                    what,
                    segment.liveBytes());
        }
        out.printf(
                Locale.ROOT,
                "%d segments, %d bytes %s, %d bytes dead%n",
                report.segments().size(),
                live,
                what,
                dead);
        report.notes().forEach(note -> out.println("note: " + note));
        for (Damage damage : report.damages()) {
            out.printf(Locale.ROOT, "damaged: %s at offset %d: %s%n", damage.file(), damage.offset(), damage.problem());
        }
        out.println(report.isClean() ? "nothing is damaged" : report.damages().size() + " damages");
        return report.isClean() ? CLEAN : DAMAGED;
    }

    /** The lock of the data folder that a store is in, if it is in one: so no server has it open meanwhile. */
    private record Claim(@Nullable DataFolderLock lock) {

        static Claim on(Path store) throws StartupException {
            Path folder = store.toAbsolutePath().normalize();
            for (int level = 0; level < LEVELS_UP && folder != null; level++) {
                if (DataFolderLock.isUsed(folder)) {
                    return new Claim(DataFolderLock.take(folder));
                }
                folder = folder.getParent();
            }
            return new Claim(null);
        }

        void end() throws IOException {
            if (lock != null) {
                lock.close();
            }
        }
    }
}
