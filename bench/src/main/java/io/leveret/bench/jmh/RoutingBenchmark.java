package io.leveret.bench.jmh;

import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;
import io.leveret.exchange.ExchangeType;
import io.leveret.exchange.RoutingTable;
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

    private static final int MESSAGES = 4096;
    private static final long SEED = 42;

    @Param({"DIRECT", "TOPIC", "HEADERS"})
    private ExchangeType type = ExchangeType.DIRECT;

    @Param({"10", "10000", "1000000"})
    private int bindings;

    private RoutingTable<Integer> table = RoutingTable.of(type);
    private final String[] routingKeys = new String[MESSAGES];
    private final FieldTable[] headers = new FieldTable[MESSAGES];
    private int next;

    @Setup
    public void bind() {
        table = RoutingTable.of(type);
        for (int sensor = 0; sensor < bindings; sensor++) {
            table.bind(bindingKey(sensor), arguments(sensor), sensor);
        }
        Random random = new Random(SEED);
        for (int i = 0; i < MESSAGES; i++) {
            int sensor = random.nextInt(bindings);
            routingKeys[i] = "sensor." + sensor + ".temperature";
            headers[i] = headers(sensor).build();
        }
    }

    @Benchmark
    public void route(Blackhole blackhole) {
        int message = next++ % MESSAGES;
        table.route(routingKeys[message], headers[message], blackhole::consume);
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
