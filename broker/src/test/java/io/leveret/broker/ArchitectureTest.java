package io.leveret.broker;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.Architectures;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;

/** Who may know whom: modules one way only, and the rooms of the broker likewise. */
@AnalyzeClasses(packages = "io.leveret", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    private static final String BROKER = "io.leveret.broker";
    private static final String PERSISTENCE = "io.leveret.persistence";

    @ArchTest
    static final ArchRule modulesImportOneWay = Architectures.layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .withOptionalLayers(true)
            .layer("codec")
            .definedBy("io.leveret.amqp..")
            .layer("exchange")
            .definedBy("io.leveret.exchange..")
            .layer("persistence")
            .definedBy("io.leveret.persistence..")
            .layer("broker")
            .definedBy("io.leveret.broker..")
            .layer("management")
            .definedBy("io.leveret.management..")
            .layer("server")
            .definedBy("io.leveret.server..")
            .whereLayer("codec")
            .mayNotAccessAnyLayer()
            .whereLayer("persistence")
            .mayNotAccessAnyLayer()
            .whereLayer("exchange")
            .mayOnlyAccessLayers("codec")
            .whereLayer("broker")
            .mayOnlyAccessLayers("codec", "exchange", "persistence")
            .whereLayer("management")
            .mayNotBeAccessedByAnyLayer();

    @ArchTest
    static final ArchRule roomsOfTheBrokerImportOneWay = Architectures.layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("settings")
            .definedBy(BROKER + ".settings..")
            .layer("alarm")
            .definedBy(BROKER + ".alarm..")
            .layer("event")
            .definedBy(BROKER + ".event..")
            .layer("message")
            .definedBy(BROKER + ".message..")
            .layer("pattern")
            .definedBy(BROKER + ".pattern..")
            .layer("auth")
            .definedBy(BROKER + ".auth..")
            .layer("queue")
            .definedBy(BROKER + ".queue..")
            .layer("policy")
            .definedBy(BROKER + ".policy..")
            .layer("spill")
            .definedBy(BROKER + ".spill..")
            .layer("storage")
            .definedBy(BROKER + ".storage..")
            .layer("hold")
            .definedBy(BROKER + ".hold..")
            .layer("delay")
            .definedBy(BROKER + ".delay..")
            .layer("transaction")
            .definedBy(BROKER + ".transaction..")
            .layer("vhost")
            .definedBy(BROKER + ".vhost..")
            .layer("definitions")
            .definedBy(BROKER + ".definitions..")
            .layer("channel")
            .definedBy(BROKER + ".channel..")
            .layer("connection")
            .definedBy(BROKER + ".connection..")
            .layer("watchdog")
            .definedBy(BROKER + ".watchdog..")
            .whereLayer("settings")
            .mayNotAccessAnyLayer()
            .whereLayer("watchdog")
            .mayNotAccessAnyLayer()
            .whereLayer("watchdog")
            .mayOnlyBeAccessedByLayers("connection")
            .whereLayer("alarm")
            .mayNotAccessAnyLayer()
            .whereLayer("event")
            .mayNotAccessAnyLayer()
            .whereLayer("message")
            .mayNotAccessAnyLayer()
            .whereLayer("pattern")
            .mayNotAccessAnyLayer()
            .whereLayer("auth")
            .mayOnlyAccessLayers("settings", "pattern")
            .whereLayer("queue")
            .mayOnlyAccessLayers("message")
            .whereLayer("policy")
            .mayOnlyAccessLayers("queue", "pattern")
            .whereLayer("spill")
            .mayOnlyAccessLayers("queue", "message")
            .whereLayer("storage")
            .mayOnlyAccessLayers("spill", "queue", "message", "settings")
            .whereLayer("hold")
            .mayOnlyAccessLayers("queue", "message")
            .whereLayer("delay")
            .mayOnlyAccessLayers("hold", "storage", "queue", "message")
            .whereLayer("transaction")
            .mayOnlyAccessLayers("hold", "storage", "queue", "message")
            .whereLayer("vhost")
            .mayOnlyAccessLayers(
                    "delay",
                    "transaction",
                    "hold",
                    "storage",
                    "policy",
                    "queue",
                    "message",
                    "auth",
                    "settings",
                    "event")
            .whereLayer("channel")
            .mayOnlyAccessLayers("alarm", "vhost", "hold", "storage", "queue", "message", "auth", "settings", "event")
            .whereLayer("definitions")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("connection")
            .mayNotBeAccessedByAnyLayer();

    /** The log knows nothing of what its records come to, and nothing but the store itself knows all. */
    @ArchTest
    static final ArchRule roomsOfPersistenceImportOneWay = Architectures.layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("disk")
            .definedBy(PERSISTENCE + ".disk..")
            .layer("record")
            .definedBy(PERSISTENCE + ".record..")
            .layer("log")
            .definedBy(PERSISTENCE + ".log..")
            .layer("index")
            .definedBy(PERSISTENCE + ".index..")
            .layer("state")
            .definedBy(PERSISTENCE + ".state..")
            .layer("store")
            .definedBy(PERSISTENCE + ".store..")
            .layer("inspect")
            .definedBy(PERSISTENCE + ".inspect..")
            .whereLayer("disk")
            .mayNotAccessAnyLayer()
            .whereLayer("record")
            .mayNotAccessAnyLayer()
            .whereLayer("log")
            .mayOnlyAccessLayers("disk", "record")
            .whereLayer("index")
            .mayOnlyAccessLayers("disk", "record")
            .whereLayer("state")
            .mayOnlyAccessLayers("disk", "record", "log", "index")
            .whereLayer("store")
            .mayOnlyAccessLayers("disk", "record", "log", "index", "state")
            .whereLayer("inspect")
            .mayNotBeAccessedByAnyLayer();

    /** MapDB's files are tables that are written once; nothing else of it is to be relied on. */
    @ArchTest
    static final ArchRule onlyTheIndexKnowsMapDb = noClasses()
            .that()
            .resideInAPackage("io.leveret..")
            .and()
            .resideOutsideOfPackage(PERSISTENCE + ".index..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.mapdb..");

    /** Neither its stores, which have transactions, nor its volumes, some of which are mapped into memory. */
    @ArchTest
    static final ArchRule ofMapDbOnlyItsTablesAreUsed = noClasses()
            .that()
            .resideInAPackage("io.leveret..")
            .should()
            .dependOnClassesThat()
            .haveNameMatching(
                    "org\\.mapdb\\.(?!SortedTableMap|(serializer\\.)?Serializer|DBException|DataInput2|volume\\.Volume$).*");

    /** What is mapped counts as the process's memory, and a fault of the disk would end the JVM. */
    @ArchTest
    static final ArchRule noFileIsMappedIntoMemory = noClasses()
            .that()
            .resideInAPackage("io.leveret..")
            .should()
            .callMethod(FileChannel.class, "map", FileChannel.MapMode.class, long.class, long.class)
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(MappedByteBuffer.class)
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.lang.foreign.MemorySegment");

    /** So that a test can put another disk below. */
    @ArchTest
    static final ArchRule onlyTheDiskOpensFiles = noClasses()
            .that()
            .resideInAPackage(PERSISTENCE + "..")
            .and()
            .resideOutsideOfPackage(PERSISTENCE + ".disk..")
            .should()
            .dependOnClassesThat()
            .haveNameMatching(
                    "java\\.nio\\.file\\.(Files|Path|Paths)|java\\.nio\\.channels\\.FileChannel|java\\.io\\.(RandomAccessFile|FileInputStream|FileOutputStream)");

    /** Of this module and those below it. */
    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching("io.leveret.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule roomsBelowTheChannelKnowNoNetwork = noClasses()
            .that()
            .resideInAnyPackage(
                    BROKER + ".queue..",
                    BROKER + ".vhost..",
                    BROKER + ".message..",
                    BROKER + ".auth..",
                    BROKER + ".settings..",
                    "io.leveret.exchange..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.netty.channel..", "io.netty.bootstrap..", "io.netty.handler..");

    /** Whoever gets a buffer owns it; so few may get one. */
    @ArchTest
    static final ArchRule buffersStayInChannelAndConnection = noClasses()
            .that()
            .resideInAPackage("io.leveret..")
            .and()
            .resideOutsideOfPackages("io.leveret.amqp..", BROKER + ".channel..", BROKER + ".connection..")
            .and()
            .doNotHaveFullyQualifiedName(BROKER + ".auth.Credentials")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.netty.buffer..");

    @ArchTest
    static final ArchRule theCodecKnowsOnlyBuffersOfNetty = noClasses()
            .that()
            .resideInAPackage("io.leveret.amqp..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.netty.channel..", "io.netty.handler..", "io.netty.bootstrap..");

    @ArchTest
    static final ArchRule namesSayWhatAClassIs = classes()
            .that()
            .resideInAPackage("io.leveret..")
            .should()
            .haveNameNotMatching(".*(Impl|Manager|Helper|Util|Utils)$");
}
