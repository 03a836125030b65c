package dev.octavo.engine.preflight;

import java.io.StringReader;
import java.util.Optional;
import javax.xml.stream.Location;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * What a {@code pom.xml} says of itself.
 *
 * @param artifact the artifact id
 * @param at where that is written
 * @param reactor whether it has modules
 */
record PomFile(String artifact, int at, boolean reactor) {
    private static final int MAX_DEPTH = 200;

    /** Reads a file; empty, with a finding, where it is no XML. */
    static Optional<PomFile> read(SourceFile file, Findings findings) {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        try {
            return Optional.of(read(factory.createXMLStreamReader(new StringReader(withoutMark(file.text()))), file));
        } catch (XMLStreamException e) {
            Location place = e.getLocation();
            int at = place == null ? 0 : file.offset(place.getLineNumber(), place.getColumnNumber());
            findings.at(Rule.BUILD_FILE_SYNTAX, file, at, at + 1)
                    .say(
                            "The file is no XML that Maven can read: " + reason(e),
                            "correct the line, or the one before it");
            return Optional.empty();
        }
    }

    private static String withoutMark(String text) {
        return text.startsWith("\uFEFF") ? text.substring(1) : text;
    }

    private static String reason(XMLStreamException e) {
        String message = String.valueOf(e.getMessage()).replaceFirst("(?s)^ParseError at .*?Message: ", "");
        return message.lines().findFirst().orElse("");
    }

    private static PomFile read(XMLStreamReader reader, SourceFile file) throws XMLStreamException {
        String artifact = "";
        int at = 0;
        boolean reactor = false;
        int depth = 0;
        while (reader.hasNext()) {
            switch (reader.next()) {
                case XMLStreamConstants.DTD ->
                    throw new XMLStreamException("a document type is not accepted", reader.getLocation());
                case XMLStreamConstants.START_ELEMENT -> {
                    depth++;
                    if (depth > MAX_DEPTH) {
                        throw new XMLStreamException("elements are nested too deeply", reader.getLocation());
                    }
                    if (depth == 2 && reader.getLocalName().equals("artifactId")) {
                        at = file.offset(
                                reader.getLocation().getLineNumber(),
                                reader.getLocation().getColumnNumber());
                        artifact = reader.getElementText().strip();
                        depth--;
                    } else if (reader.getLocalName().equals("module")) {
                        reactor = true;
                    }
                }
                case XMLStreamConstants.END_ELEMENT -> depth--;
                default -> {
                    // texts and comments
                }
            }
        }
        return new PomFile(artifact, at, reactor);
    }
}
