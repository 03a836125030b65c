package io.jenkins.plugins.octavo.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GateTextsTest {
    private static final Pattern KEY = Pattern.compile("\\$\\{%(\\w+)");
    private static final Pattern ARGUMENT = Pattern.compile("\\{\\d}");
    private static final Pattern INLINE = Pattern.compile("<style|<script|\\son\\w+=|\\sstyle=");
    private static final String[] FIELDS = {
        "id",
        "plan",
        "environment",
        "message",
        "policy",
        "approvers",
        "quorum",
        "notStarter",
        "notAuthor",
        "reasonRequired",
        "hours"
    };

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Messages",
                "GateAction/index",
                "GateAction/summary",
                "OctavoGateStep/config",
                "PlanGate/decide",
                "PlanGate/index",
                "PlanGate/services"
            })
    void areTheSameInBothLanguages(String name) throws IOException {
        Properties english = properties(name + ".properties");
        Properties chinese = properties(name + "_zh_CN.properties");

        assertEquals(new TreeSet<>(english.keySet()), new TreeSet<>(chinese.keySet()));
        for (String key : english.stringPropertyNames()) {
            assertEquals(arguments(english.getProperty(key)), arguments(chinese.getProperty(key)), name + ": " + key);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GateAction/index",
                "GateAction/summary",
                "OctavoGateStep/config",
                "PlanGate/decide",
                "PlanGate/index",
                "PlanGate/services"
            })
    void areThoseThatThePageUses(String name) throws IOException {
        String page = text(name + ".jelly");
        Set<String> used = new TreeSet<>();
        Matcher matcher = KEY.matcher(page);
        while (matcher.find()) {
            used.add(matcher.group(1));
        }

        assertEquals(used, new TreeSet<>(properties(name + ".properties").stringPropertyNames()));
        assertTrue(page.startsWith("<?jelly escape-by-default='true'?>"), name);
        assertFalse(INLINE.matcher(page).find(), name);
    }

    @Test
    void explainEveryField() throws IOException {
        String form = text("OctavoGateStep/config.jelly");
        for (String field : FIELDS) {
            assertTrue(form.contains("field=\"" + field + "\""), field);
            assertFalse(text("OctavoGateStep/help-" + field + ".html").isBlank(), field);
            assertFalse(text("OctavoGateStep/help-" + field + "_zh_CN.html").isBlank(), field);
        }
        assertFalse(text("OctavoGateStep/help.html").isBlank());
        assertFalse(text("OctavoGateStep/help_zh_CN.html").isBlank());
    }

    private static Set<String> arguments(String text) {
        Set<String> arguments = new TreeSet<>();
        Matcher matcher = ARGUMENT.matcher(text);
        while (matcher.find()) {
            arguments.add(matcher.group());
        }
        return arguments;
    }

    private static Properties properties(String name) throws IOException {
        String text = text(name);
        assertTrue(text.chars().allMatch(character -> character < 128), name + " is not pure ASCII");
        Properties properties = new Properties();
        properties.load(new StringReader(text));
        return properties;
    }

    private static String text(String name) throws IOException {
        try (InputStream in = PlanGate.class.getResourceAsStream(name)) {
            assertNotNull(in, name);
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
