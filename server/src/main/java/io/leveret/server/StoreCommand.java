package io.leveret.server;

import io.leveret.broker.vhost.SalvagedCatalog;
import io.leveret.persistence.disk.FolderDisk;
import io.leveret.persistence.inspect.StoreReport;
import io.leveret.persistence.inspect.StoreReport.Damage;
import io.leveret.persistence.inspect.StoreReport.Segment;
import io.leveret.persistence.inspect.StoreSalvage;
import io.leveret.persistence.inspect.StoreVerify;
import io.leveret.persistence.store.DiskStore;
import io.leveret.persistence.store.UnfinishedSalvage;
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

    private static final String FOLDER =
            "A data folder, or the folder of one virtual host in it. Default: LEVERET_DATA_DIR, or else ./data";

    /** The word for entries that are in a queue. */
    private static final String LIVE = "live";

    private static final String COPIED = "copied";

    /** Whoever looks into a virtual host's store is not far below the data folder. */
    private static final int LEVELS_UP = 4;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** What is done with one store. */
    private interface Work {
        StoreReport on(StoreFolder store) throws IOException;
    }

    /** What is done while nobody else has the stores. */
    private interface Action {
        Outcome run() throws IOException;
    }

    /** What came of a command, the worst last. */
    private enum Outcome {
        CLEAN,
        DAMAGED,
        FAILED;

        int exitCode() {
            return this == CLEAN ? 0 : 1;
        }

        Outcome orWorse(Outcome other) {
            return compareTo(other) < 0 ? other : this;
        }
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
        List<StoreFolder> stores = stores(folder);
        return alone(
                        folder,
                        () -> onEach(stores, folder, LIVE, store -> StoreVerify.verify(FolderDisk.open(store.path()))))
                .exitCode();
    }

    @Command(
            name = "salvage",
            mixinStandardHelpOptions = true,
            description = {
                "Copies all that can be read of each store into a new one, and lists what can't. Changes nothing in the old one.",
                "The copy has the exchanges, queues, bindings and, in their order, the messages. A server can be started on it, unless the"
                        + " salvage did not come to its end: then delete the copy and run it again.",
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
        requireWhole(target);
        if (Files.exists(target) && !isEmpty(target)) {
            throw new ParameterException(spec.commandLine(), target + ": is there already (expected: a new folder)");
        }
        Outcome outcome = alone(folder, () -> salvage(stores, folder, target));
        tellOfCopy(outcome, folder, target);
        return outcome.exitCode();
    }

    private Outcome salvage(List<StoreFolder> stores, Path folder, Path target) throws IOException {
        if (!StoreFolder.isDataFolder(folder)) {
            return onEach(stores, folder, COPIED, store -> copy(store, target));
        }
        FolderDisk data = FolderDisk.open(target);
        // Each store's copy has a mark of its own, but that a whole store is missing should show as well.
        UnfinishedSalvage.mark(data);
        Outcome outcome = onEach(stores, folder, COPIED, store -> copy(store, store.inDataFolder(target)));
        if (outcome != Outcome.FAILED) {
            UnfinishedSalvage.unmark(data);
        }
        return outcome;
    }

    private static StoreReport copy(StoreFolder store, Path to) throws IOException {
        return StoreSalvage.salvage(
                FolderDisk.open(store.path()), FolderDisk.open(to), new SalvagedCatalog(store.vhost()));
    }

    private void tellOfCopy(Outcome outcome, Path folder, Path target) {
        boolean isDataFolder = StoreFolder.isDataFolder(folder);
        if (outcome == Outcome.FAILED) {
            spec.commandLine()
                    .getErr()
                    .println("leveret: " + target
                            + ": the copy is not whole, and a server refuses it;"
                            + " delete it and, once the cause above is gone, run the salvage again"
                            + (isDataFolder ? ", or salvage the virtual hosts one by one" : ""));
            return;
        }
        String use = isDataFolder
                ? "the new data folder is " + target + "; 'leveret server --data-dir " + target + "' starts on it"
                : "the new store is " + target + "; to use it, put it in the place of " + folder;
        spec.commandLine().getOut().println(use);
    }

    private static void requireWhole(Path folder) throws IOException {
        Path absolute = folder.toAbsolutePath().normalize();
        if (Files.isDirectory(absolute)) {
            UnfinishedSalvage.requireNone(FolderDisk.open(absolute));
        }
    }

    private List<StoreFolder> stores(Path folder) throws IOException {
        requireWhole(folder);
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

    private static Outcome alone(Path folder, Action action) throws IOException, StartupException {
        Logging.start(LogSettings.warningsOnStandardError(), folder);
        Claim claim = Claim.on(folder);
        try {
            return action.run();
        } finally {
            claim.end();
        }
    }

    private Outcome onEach(List<StoreFolder> stores, Path folder, String what, Work work) {
        Outcome outcome = Outcome.CLEAN;
        for (StoreFolder store : stores) {
            if (StoreFolder.isDataFolder(folder)) {
                spec.commandLine().getOut().println("virtual host " + store.vhost() + " in " + store.path());
            }
            outcome = outcome.orWorse(tell(store, what, work));
        }
        return outcome;
    }

    /** What can't be read at all in one store does not hide the others. */
    private Outcome tell(StoreFolder store, String what, Work work) {
        try {
            return print(work.on(store), what);
        } catch (IOException e) {
            String problem = StartupException.describe(e);
            String place = problem.startsWith(store.path() + ":") ? "" : store.path() + ": ";
            spec.commandLine().getErr().println("leveret: " + place + problem);
            return Outcome.FAILED;
        }
    }

    private static boolean isEmpty(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.findAny().isEmpty();
        }
    }

    private Outcome print(StoreReport report, String what) {
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
        return report.isClean() ? Outcome.CLEAN : Outcome.DAMAGED;
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
