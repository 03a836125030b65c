package dev.octavo.engine.catalog;

import java.io.ByteArrayInputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/** An element of a build file: its text and its children. Names have no namespace. */
final class XmlElement {
    private static final int MAX_DEPTH = 100;

    private final String name;
    private final int line;
    private final StringBuilder text = new StringBuilder();
    private final List<XmlElement> children = new ArrayList<>();

    private XmlElement(String name, int line) {
        this.name = name;
        this.line = line;
    }

    /**
     * Reads a document. A document type is refused: no build file needs one, and it can lead anywhere.
     *
     * @throws XMLStreamException with the place, where it is no such document
     */
    static XmlElement parse(byte[] document) throws XMLStreamException {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        XMLStreamReader reader = factory.createXMLStreamReader(new ByteArrayInputStream(document));
        XmlElement root = null;
        Deque<XmlElement> open = new ArrayDeque<>();
        while (reader.hasNext()) {
            switch (reader.next()) {
                case XMLStreamConstants.DTD ->
                    throw new XMLStreamException("a document type is not accepted", reader.getLocation());
                case XMLStreamConstants.START_ELEMENT -> {
                    XmlElement element = new XmlElement(
                            reader.getLocalName(), reader.getLocation().getLineNumber());
                    XmlElement parent = open.peek();
                    if (parent == null) {
                        root = element;
                    } else {
                        parent.children.add(element);
                    }
                    open.push(element);
                    if (open.size() > MAX_DEPTH) {
                        throw new XMLStreamException("elements are nested too deeply", reader.getLocation());
                    }
                }
                case XMLStreamConstants.END_ELEMENT -> open.pop();
                case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> {
                    XmlElement current = open.peek();
                    if (current != null) {
                        current.text.append(reader.getText());
                    }
                }
                default -> {
                    // comments and the like
                }
            }
        }
        if (root == null) {
            throw new XMLStreamException("there is no element");
        }
        return root;
    }

    String name() {
        return name;
    }

    int line() {
        return line;
    }

    /** The text without the blanks around it. */
    String text() {
        return text.toString().strip();
    }

    List<XmlElement> children() {
        return children;
    }

    /** The first element on a way of names. */
    @Nullable
    XmlElement at(String... path) {
        XmlElement element = this;
        for (String step : path) {
            XmlElement next = null;
            for (XmlElement child : element.children) {
                if (child.name.equals(step)) {
                    next = child;
                    break;
                }
            }
            if (next == null) {
                return null;
            }
            element = next;
        }
        return element;
    }

    /** The text of the first element on a way of names; {@code ""} where there is none. */
    String textAt(String... path) {
        XmlElement element = at(path);
        return element == null ? "" : element.text();
    }

    /** The children of the first element on a way of names. */
    List<XmlElement> childrenAt(String... path) {
        XmlElement element = at(path);
        return element == null ? List.of() : element.children;
    }
}
