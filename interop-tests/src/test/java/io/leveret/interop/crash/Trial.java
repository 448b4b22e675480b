package io.leveret.interop.crash;

import io.leveret.interop.crash.Event.Lost;
import io.leveret.interop.crash.History.Recording;
import io.leveret.interop.process.Folders;
import io.leveret.interop.process.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Some rounds on one data folder, each a load, a loss in the middle of it, and a look at what is there afterwards. */
final class Trial {

    private static final int SHORTEST_LOAD_MS = 500;
    private static final int LONGEST_LOAD_MS = 3_000;
    private static final int MOST_KILLED_STARTS = 2;
    /** A start takes about a second. */
    private static final int LONGEST_KILLED_START_MS = 1_500;

    /** Seeds that follow each other would choose alike, else. */
    private static final long SEED_FACTOR = 0x9E3779B97F4A7C15L;

    private final Path folder;
    private final Random random;
    private final List<String> settings;
    private final Ledger ledger = new Ledger();
    private final Definitions definitions;
    private StoreWork storeWork = StoreWork.NONE;
    private ServerProcess server;

    private Trial(Path folder, Random random) throws IOException, InterruptedException {
        this.folder = folder;
        this.random = random;
        this.settings = CrashSettings.random(random);
        this.definitions = new Definitions(folder, random);
        this.server = start();
    }

    /**
     * Fails with the seed, the folder and all that is wrong. The folder is kept then, with the clients' history in it.
     *
     * @return what the stores did during the loads
     */
    static StoreWork run(Loss loss, long seed, int rounds) throws Exception {
        Path folder = Files.createTempDirectory("leveret-crash");
        Trial trial = new Trial(folder, new Random(seed * SEED_FACTOR));
        try {
            trial.run(loss, rounds);
        } catch (Exception | AssertionError e) {
            Path history = folder.resolve("history.txt");
            trial.ledger.history().writeTo(history);
            trial.killServer(e);
            throw new AssertionError(
                    "-Dcrash.seed=" + seed + ", data folder and logs in " + folder + ", what clients saw in " + history
                            + ": " + e.getMessage(),
                    e);
        }
        Folders.delete(folder);
        return trial.storeWork;
    }

    private void run(Loss loss, int rounds) throws Exception {
        try (Client client = Client.connect(server.address())) {
            Layout.declare(client.channel());
        }
        for (int round = 1; round <= rounds; round++) {
            loadUntil(loss);
            if (loss == Loss.SERVER) {
                killSomeStarts();
            }
            if (loss.isRestart()) {
                server = start();
            }
            List<String> wrong = inspect(loss);
            if (!wrong.isEmpty()) {
                throw new AssertionError("round " + round + "\n" + String.join("\n", wrong));
            }
        }
        server.close();
        System.out.println("crash: " + settings + ": "
                + Figures.of(ledger.history().events()) + "; during the loads " + storeWork);
    }

    private void loadUntil(Loss loss) throws Exception {
        Path data = folder.resolve("data");
        StoreFiles before = StoreFiles.of(data);
        try (Recording recording = ledger.history().record();
                Load load = Load.start(server.address(), ledger, recording, random)) {
            TimeUnit.MILLISECONDS.sleep(SHORTEST_LOAD_MS + random.nextInt(LONGEST_LOAD_MS - SHORTEST_LOAD_MS));
            load.expectEnd();
            recording.add(new Lost(loss, History.nowMs()));
            storeWork = storeWork.plus(StoreFiles.of(data).since(before));
            loss.happen(server);
        }
    }

    private void killSomeStarts() throws IOException, InterruptedException {
        for (int kills = random.nextInt(MOST_KILLED_STARTS + 1); kills > 0; kills--) {
            Duration after = Duration.ofMillis(random.nextInt(LONGEST_KILLED_START_MS));
            ServerProcess.killWhileStarting(folder, CrashSettings.HEAP_MAX_MIB, settingsOfNextStart(), after);
        }
    }

    private List<String> inspect(Loss loss) throws IOException, TimeoutException, InterruptedException {
        return Inspection.of(server.address(), ledger, loss.remains, random);
    }

    private ServerProcess start() throws IOException, InterruptedException {
        ServerProcess started = ServerProcess.startIn(folder, CrashSettings.HEAP_MAX_MIB, settingsOfNextStart());
        definitions.started();
        return started;
    }

    private List<String> settingsOfNextStart() throws IOException {
        List<String> all = new ArrayList<>(settings);
        try (Recording recording = ledger.history().record()) {
            all.addAll(definitions.next(recording));
        }
        return all;
    }

    private void killServer(Throwable failure) throws InterruptedException {
        try {
            server.kill();
        } catch (IOException | AssertionError e) {
            failure.addSuppressed(e);
        }
    }
}
