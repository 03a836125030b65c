package dev.octavo.engine.syntax;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octavo.engine.preflight.script.Code;
import dev.octavo.engine.preflight.script.Flat;
import dev.octavo.engine.preflight.script.PipelineReader;
import dev.octavo.engine.preflight.script.PipelineScript;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

class GroovyPipelineReaderTest {
    private static PipelineScript read(String text) throws PipelineReader.SyntaxException {
        return new GroovyPipelineReader().read(text);
    }

    private static List<Code.Text> texts(String text) throws PipelineReader.SyntaxException {
        List<Code.Text> texts = new ArrayList<>();
        read(text).body().each(code -> {
            if (code instanceof Code.Text each) {
                texts.add(each);
            }
        });
        return texts;
    }

    @Test
    void isFoundAsAService() {
        assertThat(ServiceLoader.load(PipelineReader.class)).hasAtLeastOneElementOfType(GroovyPipelineReader.class);
    }

    @Test
    void everyCharacterOfATextHasItsPlace() throws PipelineReader.SyntaxException {
        String source = "a 'x\\nty'\r\nb \"q${env.Z}\\$r$w.v s\"\nc '''l1\n  l2'''\nd(/v\\/${x}.*/)\n";

        for (Code.Text text : texts(source)) {
            Flat flat = Flat.of(text);
            assertThat(flat).isNotNull();
            for (int i = 0; i < flat.text().length(); i++) {
                char c = flat.text().charAt(i);
                char written = source.charAt(flat.offset(i));
                if (flat.inserted(c) != null) {
                    assertThat(written).isEqualTo('$');
                } else if (c != '\n') {
                    assertThat(written == c || written == '\\')
                            .as(flat.text() + " " + i)
                            .isTrue();
                }
            }
        }
        assertThat(texts(source)).hasSize(4);
        assertThat(texts(source).get(1).span().start()).isEqualTo(source.indexOf("\"q"));
        assertThat(texts(source).get(1).span().end()).isEqualTo(source.indexOf(" s\"") + 3);
    }

    @Test
    void nothingOfItIsRunOrResolved() throws PipelineReader.SyntaxException {
        PipelineScript script = read("""
            @Grab('org.example:nothing:1.0')
            @Library('shared@main') _
            import org.example.Missing
            @groovy.transform.ASTTest(value = { System.setProperty('preflight.ran', 'yes') })
            def call() { new Missing().run() }
            """);

        assertThat(script.libraries()).containsExactly("shared@main");
        assertThat(script.methods()).extracting(PipelineScript.Method::name).containsExactly("call");
        assertThat(System.getProperty("preflight.ran")).isNull();
    }

    @Test
    void commentsAreTheOnesOutsideOfTexts() throws PipelineReader.SyntaxException {
        PipelineScript script = read("// one\nsh 'not // this' /* two\nlines */\nsh \"nor ${x /* three */} # that\"\n");

        assertThat(script.comments())
                .extracting(PipelineScript.Comment::text)
                .containsExactly("// one", "/* two\nlines */", "/* three */");
    }

    @Test
    void mistakesHaveTheirPlace() {
        assertThatThrownBy(() -> read("pipeline {\n  agent any\n"))
                .isInstanceOfSatisfying(PipelineReader.SyntaxException.class, e -> assertThat(e.line())
                        .isEqualTo(3));
    }
}
