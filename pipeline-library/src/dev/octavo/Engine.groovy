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

    /** Whether the plugin is there: its steps take credentials by their IDs, and its gates show plans. */
    boolean plugin() {
        return script.env.OCTAVO_GATES as boolean
    }

    /**
     * Runs one operation in the current folder.
     *
     * @param operation its name, as on the command line
     * @param inputs its inputs by name; null and '' count as not given
     * @param credentials IDs of Jenkins' credentials: kubeconfigId, registryCredentialsId, gitCredentialsId,
     *     sonarCredentialsId, signingKeyId, signingPasswordId, forgeCredentialsId
     * @return the result's JSON document, as maps and lists
     */
    Map run(String operation, Map inputs, Map credentials = [:]) {
        Map given = present(inputs)
        Map ids = present(credentials)
        if (plugin()) {
            return step(operation, given + ids)
        }
        Map result = [:]
        bound(ids) {
            // the runner too says in this variable that it has the steps
            result = script.env.OCTAVO_STEPS ? step(operation, given) : command(operation, given)
        }
        return result
    }

    private static Map present(Map values) {
        Map present = [:]
        for (entry in values) {
            if (entry.value != null && entry.value != '') {
                present[entry.key] = entry.value
            }
        }
        return present
    }

    private void bound(Map ids, Closure body) {
        List bindings = []
        if (ids.kubeconfigId) {
            bindings.add(script.file(credentialsId: ids.kubeconfigId, variable: 'KUBECONFIG'))
        }
        if (ids.registryCredentialsId) {
            bindings.add(login(ids.registryCredentialsId, 'REGISTRY_USERNAME', 'REGISTRY_PASSWORD'))
        }
        if (ids.gitCredentialsId) {
            bindings.add(login(ids.gitCredentialsId, 'GIT_USERNAME', 'GIT_PASSWORD'))
        }
        if (ids.sonarCredentialsId) {
            bindings.add(script.string(credentialsId: ids.sonarCredentialsId, variable: 'SONAR_TOKEN'))
        }
        if (ids.signingKeyId) {
            bindings.add(script.file(credentialsId: ids.signingKeyId, variable: 'COSIGN_KEY'))
        }
        if (ids.signingPasswordId) {
            bindings.add(script.string(credentialsId: ids.signingPasswordId, variable: 'COSIGN_PASSWORD'))
        }
        if (ids.forgeCredentialsId) {
            bindings.add(script.string(credentialsId: ids.forgeCredentialsId, variable: 'FORGE_TOKEN'))
        }
        if (bindings) {
            script.withCredentials(bindings) {
                body()
            }
        } else {
            body()
        }
    }

    private Object login(String id, String username, String password) {
        return script.usernamePassword(credentialsId: id, usernameVariable: username, passwordVariable: password)
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
