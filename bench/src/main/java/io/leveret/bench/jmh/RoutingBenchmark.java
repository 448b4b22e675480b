package io.leveret.bench.jmh;

import io.leveret.amqp.BasicProperties;
import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;
import io.leveret.exchange.ExchangeType;
import io.leveret.exchange.Routable;
import io.leveret.exchange.RoutingTable;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** Time to find the one destination of a message among many bindings, and to bind and unbind one more. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 1, jvmArgsAppend = "-Xmx4g")
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class RoutingBenchmark {

    private static final int MESSAGES = 1 << 18;
    private static final long SEED = 42;

    @Param({"DIRECT", "TOPIC", "HEADERS"})
    private ExchangeType type = ExchangeType.DIRECT;

    @Param({"10", "1000", "10000", "1000000"})
    private int bindings;

    /** How many keys take turns at random, and with 0 those of all bindings. */
    @Param({"1000", "0"})
    private int keys;

    private RoutingTable<Integer> table = newTable();
    private final Routable[] messages = new Routable[MESSAGES];
    private int next;

    @Setup
    public void bind() {
        table = newTable();
        for (int sensor = 0; sensor < bindings; sensor++) {
            table.bind(bindingKey(sensor), arguments(sensor), sensor);
        }
        Random random = new Random(SEED);
        Routable[] hot = new Routable[keys];
        Arrays.setAll(hot, i -> message(random.nextInt(bindings)));
        Arrays.setAll(messages, i -> keys == 0 ? message(random.nextInt(bindings)) : hot[random.nextInt(keys)]);
    }

    private RoutingTable<Integer> newTable() {
        return RoutingTable.of(type, FieldTable.EMPTY, Integer::toHexString);
    }

    private static Routable message(int sensor) {
        BasicProperties properties =
                BasicProperties.builder().headers(headers(sensor).build()).build();
        return new Routable(List.of("sensor." + sensor + ".temperature"), properties);
    }

    @Benchmark
    public void route(Blackhole blackhole) {
        int message = next++ & (MESSAGES - 1);
        table.route(messages[message], blackhole::consume);
    }

    @Benchmark
    public void bindAndUnbind() {
        table.bind(bindingKey(bindings), arguments(bindings), bindings);
        table.unbind(bindingKey(bindings), arguments(bindings), bindings);
    }

    /** Topic patterns are of three kinds, each for one sensor. */
    private String bindingKey(int sensor) {
        String lastWord = type != ExchangeType.TOPIC || sensor % 4 < 2 ? "temperature" : sensor % 4 == 2 ? "*" : "#";
        return "sensor." + sensor + "." + lastWord;
    }

    private FieldTable arguments(int sensor) {
        return type == ExchangeType.HEADERS
                ? headers(sensor).put("x-match", FieldValue.of("all")).build()
                : FieldTable.EMPTY;
    }

    private static FieldTable.Builder headers(int sensor) {
        return FieldTable.builder().put("sensor", FieldValue.of(sensor)).put("kind", FieldValue.of("temperature"));
    }
}
