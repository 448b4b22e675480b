package io.leveret.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The launcher in a folder of its own, with a Maven that does what a test wants; {@code .ci/run} builds with the real one. */
class LauncherTest {

    private static final Path LAUNCHER = Path.of("../leveret");
    private static final String OPTIONS = "server/src/main/resources/io/leveret/server/jvm-defaults.txt";

    private static final List<String> TOOLS = List.of(
            "date",
            "dirname",
            "find",
            "flock",
            "grep",
            "head",
            "mkdir",
            "readlink",
            "rm",
            "sed",
            "sort",
            "tail",
            "touch",
            "uname");

    @TempDir
    private Path home = Path.of("");

    /** What a run of the launcher came to. */
    private record Run(int exitCode, String errors) {}

    @BeforeEach
    void copyTheLauncher() throws IOException {
        assumeThat(Path.of("/bin/sh")).exists();
        Files.copy(LAUNCHER, home.resolve("leveret"));
        Path options = home.resolve(OPTIONS);
        Files.createDirectories(options.getParent());
        Files.writeString(options, "");
        Files.writeString(home.resolve("pom.xml"), "");
        Files.createDirectories(home.resolve("bin"));
    }

    @Test
    void tellsMavensExitCodeAndErrorsWhenTheBuildFails() throws Exception {
        maven("echo '[INFO] begin'; echo '[ERROR] no such artifact: x:y:1'; exit 3");

        Run run = launch();

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.errors())
                .contains("[ERROR] no such artifact: x:y:1\nleveret: the build failed: Maven ended with exit code 3;")
                .doesNotContain("[INFO] begin");
    }

    @Test
    void showsTheEndOfTheOutputWhenItHasNoErrorLines() throws Exception {
        maven("echo 'JAVA_HOME is wrong'; exit 1");

        assertThat(launch().errors()).contains("JAVA_HOME is wrong\nleveret: the build failed");
    }

    @Test
    void keepsTheLogOfTheBuildThatFailedBefore() throws Exception {
        maven("echo 'first'; exit 1");
        Path first = logNamedIn(launch());
        maven("echo 'second'; exit 1");
        Path second = logNamedIn(launch());

        assertThat(first).hasContent("first\n");
        assertThat(second).hasContent("second\n");
    }

    @Test
    void keepsNoMoreThanTheLogsOfTwoFailedBuilds() throws Exception {
        maven("exit 1");
        for (int i = 0; i < 4; i++) {
            launch();
        }

        assertThat(logs()).hasSize(2);
    }

    @Test
    void asksMavenForPlainTextAndLeavesNoLogOfABuildThatWorks() throws Exception {
        maven("case \"$*\" in *-Dstyle.color=never*) touch server/target/leveret.jar ;; *) exit 1 ;; esac");

        launch();

        assertThat(logs()).isEmpty();
    }

    @Test
    void saysThatMavenIsMissing() throws Exception {
        assertThat(launch().errors()).contains("leveret: mvn is missing");
    }

    /** Java warns whoever isn't root that priorities take rights, though lowering them takes none. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void hasJavaWarnNobodyOfPriorities() throws Exception {
        Files.writeString(
                home.resolve(OPTIONS), "17 -XX:ThreadPriorityPolicy=1 why\n17 -XX:CompilerThreadPriority=4 why\n");
        maven("touch server/target/leveret.jar");
        Path java = home.resolve("java");
        Files.createDirectories(java.resolve("bin"));
        Files.writeString(java.resolve("release"), "JAVA_VERSION=\"17\"\n");
        script(java.resolve("bin/java"), "echo \"$@\" >&2");

        script(home.resolve("bin/id"), "echo 1000");
        assertThat(launch(java).errors())
                .contains("-XX:-PrintWarnings -XX:ThreadPriorityPolicy=1 -XX:CompilerThreadPriority=4 -jar");
        script(home.resolve("bin/id"), "echo 0");
        assertThat(launch(java).errors())
                .contains("-XX:ThreadPriorityPolicy=1 -XX:CompilerThreadPriority=4 -jar")
                .doesNotContain("PrintWarnings");
        script(home.resolve("bin/uname"), "echo Darwin");
        assertThat(launch(java).errors()).contains("-jar").doesNotContain("Priority");
    }

    private void maven(String script) throws IOException {
        script(home.resolve("bin/mvn"), script);
    }

    private static void script(Path file, String script) throws IOException {
        // It may be a link to the machine's own.
        Files.deleteIfExists(file);
        Files.writeString(file, "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static Path logNamedIn(Run run) {
        String errors = run.errors().strip();
        return Path.of(errors.substring(errors.lastIndexOf(' ') + 1));
    }

    private List<Path> logs() throws IOException {
        try (Stream<Path> files = Files.list(home.resolve("server/target/build-logs"))) {
            return files.toList();
        }
    }

    private Run launch() throws IOException, InterruptedException {
        return launch(Path.of(System.getProperty("java.home")));
    }

    private Run launch(Path javaHome) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(
                        "/bin/sh", home.resolve("leveret").toString(), "--version")
                .redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment().putAll(Map.of("JAVA_HOME", javaHome.toString(), "PATH", toolsOnly()));
        Process process = builder.start();
        try (InputStream errors = process.getErrorStream()) {
            String text = new String(errors.readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            return new Run(process.exitValue(), text);
        } finally {
            process.destroyForcibly();
        }
    }

    /** A path with what the launcher calls, and without the machine's Maven. */
    private String toolsOnly() throws IOException {
        Path bin = home.resolve("bin");
        for (String tool : TOOLS) {
            Path here = bin.resolve(tool);
            for (Path folder : List.of(Path.of("/usr/bin"), Path.of("/bin"))) {
                if (Files.exists(folder.resolve(tool)) && !Files.exists(here)) {
                    Files.createSymbolicLink(here, folder.resolve(tool));
                }
            }
        }
        return bin.toString();
    }
}
