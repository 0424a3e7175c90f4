// Starts `ringwalk lsp` for Markdown and Walk; all else is the server's.
const vscode = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

let client;

function activate(context) {
  const command = vscode.workspace.getConfiguration("ringwalk").get("path", "ringwalk");
  client = new LanguageClient(
    "ringwalk",
    "Ringwalk",
    { command, args: ["lsp"] },
    { documentSelector: [{ language: "walk" }, { language: "markdown" }] }
  );
  context.subscriptions.push(client);
  return client.start();
}

function deactivate() {
  return client?.stop();
}

module.exports = { activate, deactivate };
