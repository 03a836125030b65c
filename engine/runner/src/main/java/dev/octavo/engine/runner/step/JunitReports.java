package dev.octavo.engine.runner.step;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/** Counts what JUnit's XML reports say. */
final class JunitReports {
    private int tests;
    private int failures;
    private int skipped;
    private final List<String> failed = new ArrayList<>();

    /** @throws XMLStreamException where it is no such report */
    void read(Path file) throws IOException, XMLStreamException {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        try (InputStream input = Files.newInputStream(file)) {
            XMLStreamReader reader = factory.createXMLStreamReader(input);
            String test = "";
            boolean failing = false;
            boolean skipping = false;
            while (reader.hasNext()) {
                int event = reader.next();
                if (event == XMLStreamConstants.START_ELEMENT) {
                    switch (reader.getLocalName()) {
                        case "testcase" -> {
                            test = name(reader);
                            failing = false;
                            skipping = false;
                        }
                        case "failure", "error" -> failing = true;
                        case "skipped" -> skipping = true;
                        default -> {
                            // nothing that counts
                        }
                    }
                } else if (event == XMLStreamConstants.END_ELEMENT
                        && reader.getLocalName().equals("testcase")) {
                    tests++;
                    if (failing) {
                        failures++;
                        failed.add(test);
                    } else if (skipping) {
                        skipped++;
                    }
                }
            }
        }
    }

    private static String name(XMLStreamReader reader) {
        String type = reader.getAttributeValue(null, "classname");
        String name = reader.getAttributeValue(null, "name");
        return type == null || type.isEmpty() ? String.valueOf(name) : type + "." + name;
    }

    int tests() {
        return tests;
    }

    int failures() {
        return failures;
    }

    int skipped() {
        return skipped;
    }

    /** The names of the tests that failed. */
    List<String> failed() {
        return failed;
    }
}
