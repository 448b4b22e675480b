package io.leveret.server;

import io.leveret.server.config.ConfigException;
import io.leveret.server.config.Configuration;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code leveret server}: runs a broker until it is told to stop. Run once, by the main thread. */
@Command(
        name = "server",
        description = "Runs a broker until SIGTERM or Ctrl-C.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        optionListHeading = "%nOptions:%n",
        descriptionHeading = "%n",
        footerHeading = "%n")
final class ServerCommand implements Callable<Integer> {

    private static final Logger LOG = LoggerFactory.getLogger(ServerCommand.class);
    /** Where the data is if nobody says it, as picocli resolves it. */
    static final String DATA_FOLDER = "${env:LEVERET_DATA_DIR:-data}";

    private static final String STARTED = "Server startup complete";

    private final StopSignal stop;
    private final BrokerStarter starter;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--conf",
            paramLabel = "FILE",
            description = {
                "Configuration in RabbitMQ's rabbitmq.conf format. The files conf.d/*.conf beside it are read after it."
            })
    private @Nullable Path conf;

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            defaultValue = DATA_FOLDER,
            description =
                    "Where the broker keeps its data; made if missing, used by one server at a time. Default: ./data")
    private Path dataFolder = Path.of("data");

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Sets a configuration key, over whatever a file says. May be given many times.")
    private List<String> assignments = new ArrayList<>();

    ServerCommand(StopSignal stop, BrokerStarter starter) {
        this.stop = stop;
        this.starter = starter;
    }

    @Override
    public Integer call() throws StartupException, IOException, InterruptedException {
        long began = System.nanoTime();
        Configuration configuration;
        try {
            configuration = Configuration.load(conf, assignments, System::getenv);
        } catch (ConfigException e) {
            e.problems().forEach(problem -> spec.commandLine().getErr().println("leveret: " + problem));
            return ExitCode.SOFTWARE;
        }
        Server server = Server.start(configuration, dataFolder.toAbsolutePath().normalize(), starter);
        announceStart(configuration, (System.nanoTime() - began) / 1_000_000);
        stop.await();
        return server.stop() ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    /** Scripts wait for this line on standard output, so it stands there whatever the log settings are. */
    private void announceStart(Configuration configuration, long tookMs) {
        LOG.info("{} in {} ms", STARTED, tookMs);
        if (!configuration.settings().log().showsInfoOnStandardOutput()) {
            spec.commandLine().getOut().println(STARTED);
            spec.commandLine().getOut().flush();
        }
    }
}
