package io.leveret.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.HierarchyTraversalMode;
import org.junit.platform.commons.support.ReflectionSupport;

final class CompatibilityDocumentTest {

    private static final Path DOCUMENT = Path.of("..", "docs", "compatibility.md");
    private static final Path GENERATED = Path.of("target", "compatibility.md");

    @Test
    void docsCompatibilityIsUpToDate() throws Exception {
        List<DocumentedCase> cases = caseMethods().map(DocumentedCase::of).toList();
        Files.createDirectories(GENERATED.getParent());
        Files.writeString(GENERATED, new CompatibilityDocument(cases).markdown());

        assertThat(DOCUMENT)
                .as("docs/compatibility.md is out of date; bring it up to date with:"
                        + " cp interop-tests/target/compatibility.md docs/compatibility.md")
                .hasSameTextualContentAs(GENERATED);
    }

    @Test
    void noTwoCasesHaveTheSameSentence() {
        List<String> sentences = caseMethods()
                .map(DocumentedCase::of)
                .map(documented -> documented.section() + ": " + documented.sentence())
                .toList();

        assertThat(sentences).hasSizeGreaterThan(100).doesNotHaveDuplicates();
    }

    private static Stream<Method> caseMethods() {
        String root = CompatibilityDocumentTest.class.getPackageName();
        return ReflectionSupport.findAllClassesInPackage(root, type -> true, name -> name.endsWith("Test")).stream()
                .flatMap(type ->
                        AnnotationSupport.findAnnotatedMethods(type, Case.class, HierarchyTraversalMode.TOP_DOWN)
                                .stream());
    }
}
