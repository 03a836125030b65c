package dev.octavo

import groovy.json.JsonOutput
import groovy.json.JsonSlurperClassic

/** Calls the engine: by the plugin's steps where they are, else by the octavo command on the agent. */
class Engine implements Serializable {
    private static final long serialVersionUID = 1L

    private final Object script

    Engine(Object script) {
        this.script = script
    }

    /**
     * Runs one operation in the current folder.
     *
     * @param operation its name, as on the command line
     * @param inputs its inputs by name; null and '' count as not given
     * @return the result's JSON document, as maps and lists
     */
    Map run(String operation, Map inputs) {
        Map given = [:]
        for (entry in inputs) {
            if (entry.value != null && entry.value != '') {
                given[entry.key] = entry.value
            }
        }
        // the plugin and the runner say in this variable that they have the steps
        if (script.env.OCTAVO_STEPS) {
            return step(operation, given)
        }
        return command(operation, given)
    }

    private Map step(String operation, Map given) {
        String name = 'octavo'
        for (word in operation.split('-')) {
            name += word.capitalize()
        }
        return script."${name}"(given)
    }

    private Map command(String operation, Map given) {
        String request = ".octavo/requests/${operation}.json"
        String result = ".octavo/results/${operation}.json"
        script.writeFile(file: request, text: JsonOutput.toJson(given), encoding: 'UTF-8')
        script.sh(label: "octavo ${operation}", script: "octavo ${operation} --request ${request} --result ${result}")
        // read first: a parser held over a step could not be saved
        String text = script.readFile(file: result, encoding: 'UTF-8')
        return (Map) new JsonSlurperClassic().parseText(text)
    }
}
