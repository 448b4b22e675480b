package io.leveret.server;

import io.leveret.broker.vhost.SalvagedCatalog;
import io.leveret.persistence.disk.FolderDisk;
import io.leveret.persistence.inspect.StoreReport;
import io.leveret.persistence.inspect.StoreReport.Damage;
import io.leveret.persistence.inspect.StoreReport.Segment;
import io.leveret.persistence.inspect.StoreSalvage;
import io.leveret.persistence.inspect.StoreVerify;
import io.leveret.persistence.store.DiskStore;
import io.leveret.server.log.LogSettings;
import io.leveret.server.log.Logging;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code leveret ctl store}: looks into the stores of a stopped broker. Exit code 0 for clean ones, 1 for damage, 2 for misuse. */
@Command(
        name = "store",
        description = {
            "Verifies or salvages what a broker keeps on the disk, while that broker is stopped.",
            "A start that ends with a message about something corrupt is the time for it: 'verify' tells what is damaged, 'salvage'"
                    + " makes a copy with all that is not."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:nothing is damaged",
            "1:something is damaged or can't be read, or a broker has it open",
            "2:wrong usage"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  leveret ctl store verify data",
            "  leveret ctl store verify data/vhosts/%%2F",
            "  leveret ctl store salvage data --to data.new",
            "  leveret server --data-dir data.new"
        })
final class StoreCommand implements Runnable {

    private static final int CLEAN = 0;
    private static final int DAMAGED = 1;

    private static final String FOLDER =
            "A data folder, or the folder of one virtual host in it. Default: LEVERET_DATA_DIR, or else ./data";

    /** The word for entries that are in a queue. */
    private static final String LIVE = "live";

    /** Whoever looks into a virtual host's store is not far below the data folder. */
    private static final int LEVELS_UP = 4;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** What is done with one store. */
    private interface Work {
        StoreReport on(StoreFolder store) throws IOException;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing command");
    }

    @Command(
            name = "verify",
            mixinStandardHelpOptions = true,
            description = {
                "Reads every file of each store and checks it against its checksums. Changes nothing.",
                "Prints a line for each segment of the message log, then how much of it is live (in a queue), dead (settled; compaction"
                        + " frees it) and preallocated (still to be written), then each damage with its file and offset."
            })
    int verify(
            @Parameters(
                            paramLabel = "DIR",
                            arity = "0..1",
                            defaultValue = ServerCommand.DATA_FOLDER,
                            description = FOLDER)
                    Path folder)
            throws IOException, StartupException {
        return onEach(stores(folder), folder, LIVE, store -> StoreVerify.verify(FolderDisk.open(store.path())));
    }

    @Command(
            name = "salvage",
            mixinStandardHelpOptions = true,
            description = {
                "Copies all that can be read of each store into a new one, and lists what can't. Changes nothing in the old one.",
                "The copy has the exchanges, queues, bindings and, in their order, the messages. A server can be started on it.",
                "Messages of a queue whose declaration is lost are in a durable queue salvaged-NUMBER, without deadlines; bindings to"
                        + " or from what is lost are dropped. Each such queue and binding is listed."
            })
    int salvage(
            @Parameters(
                            paramLabel = "DIR",
                            arity = "0..1",
                            defaultValue = ServerCommand.DATA_FOLDER,
                            description = FOLDER)
                    Path folder,
            @Option(
                            names = "--to",
                            paramLabel = "NEW",
                            description = "The folder for the copy, of the same kind as DIR. Default: DIR.salvaged")
                    @Nullable
                    Path to)
            throws IOException, StartupException {
        List<StoreFolder> stores = stores(folder);
        Path source = folder.toAbsolutePath().normalize();
        Path target = to != null ? to : source.resolveSibling(source.getFileName() + ".salvaged");
        if (Files.exists(target) && !isEmpty(target)) {
            throw new ParameterException(spec.commandLine(), target + ": is there already (expected: a new folder)");
        }
        boolean whole = StoreFolder.isDataFolder(folder);
        int code = onEach(stores, folder, "copied", store -> {
            Path copy = whole ? store.inDataFolder(target) : target;
            return StoreSalvage.salvage(
                    FolderDisk.open(store.path()), FolderDisk.open(copy), new SalvagedCatalog(store.vhost()));
        });
        spec.commandLine()
                .getOut()
                .println(
                        whole
                                ? "the new data folder is " + target + "; 'leveret server --data-dir " + target
                                        + "' starts on it"
                                : "the new store is " + target + "; to use it, put it in the place of " + folder);
        return code;
    }

    private List<StoreFolder> stores(Path folder) throws IOException {
        List<StoreFolder> stores = StoreFolder.in(folder);
        if (stores.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(),
                    folder.toAbsolutePath().normalize() + ": no store (expected: a data folder, which has '"
                            + StoreFolder.VHOSTS_FOLDER + "' in it, or the folder of a virtual host, which has '"
                            + DiskStore.LOG_FOLDER + "')");
        }
        return stores;
    }

    private int onEach(List<StoreFolder> stores, Path folder, String what, Work work)
            throws IOException, StartupException {
        Logging.start(LogSettings.warningsOnStandardError(), folder);
        Claim claim = Claim.on(folder);
        try {
            int code = CLEAN;
            for (StoreFolder store : stores) {
                if (StoreFolder.isDataFolder(folder)) {
                    spec.commandLine().getOut().println("virtual host " + store.vhost() + " in " + store.path());
                }
                code = Math.max(code, tell(store, what, work));
            }
            return code;
        } finally {
            claim.end();
        }
    }

    /** What can't be read at all in one store does not hide the others. */
    private int tell(StoreFolder store, String what, Work work) {
        try {
            return print(work.on(store), what);
        } catch (IOException e) {
            spec.commandLine().getErr().println("leveret: " + store.path() + ": " + StartupException.describe(e));
            return DAMAGED;
        }
    }

    private static boolean isEmpty(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.findAny().isEmpty();
        }
    }

    private int print(StoreReport report, String what) {
        PrintWriter out = spec.commandLine().getOut();
        for (Segment segment : report.segments()) {
            out.printf(
                    Locale.ROOT,
                    "%s: %d bytes, %d entries %s with %d bytes%n",
                    segment.file(),
                    segment.bytes(),
                    segment.liveEntries(),
                    what,
                    segment.liveBytes());
        }
        out.println(total(report.segments(), what));
        report.notes().forEach(note -> out.println("note: " + note));
        for (Damage damage : report.damages()) {
            out.printf(Locale.ROOT, "damaged: %s at offset %d: %s%n", damage.file(), damage.offset(), problem(damage));
        }
        out.println(
                report.isClean() ? "nothing is damaged" : count(report.damages().size(), "damage"));
        return report.isClean() ? CLEAN : DAMAGED;
    }

    /** Of what was copied it is of no interest what stands beside it. */
    private static String total(List<Segment> segments, String what) {
        long live = segments.stream().mapToLong(Segment::liveBytes).sum();
        long dead = segments.stream().mapToLong(Segment::deadBytes).sum();
        long preallocated =
                segments.stream().mapToLong(Segment::preallocatedBytes).sum();
        String total = count(segments.size(), "segment") + ", " + live + " bytes " + what;
        return what.equals(LIVE) ? total + ", " + dead + " bytes dead, " + preallocated + " bytes preallocated" : total;
    }

    private static String count(int number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }

    /** Many are made of an exception's message, which begins with the place itself. */
    private static String problem(Damage damage) {
        String withOffset = damage.file() + " at offset " + damage.offset() + ": ";
        for (String place : List.of(withOffset, damage.file() + ": ")) {
            if (damage.problem().startsWith(place)) {
                return damage.problem().substring(place.length());
            }
        }
        return damage.problem();
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
