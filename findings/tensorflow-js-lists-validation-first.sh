#!/usr/bin/env bash
# TensorFlow.js 4.22 gives a history's and onEpochEnd's values in the order val_loss, val_acc, loss, acc, Keras training first,
# and calls the metric that is asked for as "accuracy" `acc`, as Keras has not done since version 2.3. A reader that takes the
# first loss of a printed line for training's, or looks for the name that was given to compile, is wrong.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund '@tensorflow/tfjs@4.22.0' >/dev/null
cat > look.js <<'JAVASCRIPT'
console.warn = console.info = () => {};
const tf = require('@tensorflow/tfjs');
(async () => {
  const x = tf.randomNormal([64, 4], 0, 1, 'float32', 1);
  const y = x.slice([0, 0], [64, 1]).greater(0).toFloat();
  const model = tf.sequential();
  model.add(tf.layers.dense({units: 1, activation: 'sigmoid', inputShape: [4]}));
  model.compile({optimizer: 'sgd', loss: 'binaryCrossentropy', metrics: ['accuracy']});
  const seen = [];
  const told = {onEpochEnd: (epoch, logs) => { seen.push(Object.keys(logs)); }};
  const fitted = await model.fit(x, y, {epochs: 2, validationSplit: 0.25, verbose: 0, callbacks: told});
  console.log('tfjs', tf.version.tfjs, 'onEpochEnd:', seen[0].join(', '), '| history:', Object.keys(fitted.history).join(', '));
  const order = 'val_loss,val_acc,loss,acc';
  process.exit(seen[0].join() === order && Object.keys(fitted.history).join() === order ? 0 : 1);
})();
JAVASCRIPT
node look.js
